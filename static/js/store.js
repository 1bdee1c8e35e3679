// What this device remembers (theme, whether letters are keys): never anything about a patient.

export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage is switched off: the default stands
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing is lost but the habit.
  }
}
