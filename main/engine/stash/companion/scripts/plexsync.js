// Tells PlexSync what changed: type, ids and names of the changed fields, nothing else.
// Made by PlexSync for this one Stash. Change nothing here: install the plugin again instead.
(function () {
  var hook = (input.Args || {}).hookContext || {};
  // Stash runs the hook once per scene of a bulk edit, each time with the input of all, while the person who saves waits.
  // The hook of the first id speaks for all. The others end here: they read one id, and compile these few lines.
  var list = hook.input && (hook.input.ids || hook.input);
  if (list && list.length > 1) {
    var first = list[0] && list[0].id !== undefined ? list[0].id : list[0];
    if (String(hook.id) !== String(first)) return { Output: "told with the first of this edit" };
  }
  var tell = [
    "@@TELL@@"
  ];
  return new Function(tell.join("\n"))();
})();
