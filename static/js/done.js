// The end of a sign-in from a covered page: tells the tabs that wait, and goes.
import { tell } from "./session.js";

tell("signed-in");
window.close();
