// What every page runs. Each module finds its own elements; a page without them costs nothing.
import "./toast.js";
import "./dialog.js";
import "./soon.js";
import "./once.js";
import "./drafts.js";
import "./keys.js";
import "./search.js";
import "./pick.js";
import "./menu.js";
import "./repeat.js";
import "./gone.js";
import "./errors.js";
import "./drawer.js";
import "./pulse.js";
import "./sound.js";
import "./strips.js";
import "./ready.js";
