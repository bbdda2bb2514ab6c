// Loaded into processes that are not ours to change: whoever started them over IPC is gone, so they end too.
process.once("disconnect", () => process.exit(0));
// The channel alone must not keep a process alive that was asked to end.
process.channel?.unref();
