"""Who opened a chart: asked by the patient, told by an administrator."""
