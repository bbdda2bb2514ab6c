// Preloaded into programs that we cannot change: they exit when the process that started them over IPC has ended.
process.once("disconnect", () => process.exit(0));
// The IPC channel alone must not keep a process alive.
process.channel?.unref();
