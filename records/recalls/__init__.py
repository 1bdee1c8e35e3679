"""Who is to be asked back, and when. The desk calls or writes, and books: so a recall is no part of the chart."""
