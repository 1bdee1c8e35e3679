"""The charts of the demo's named people. Pure: texts and numbers, by days before today."""
