/** What some work takes of this thread's own CPU time, ms: how busy the machine is with other work is not in it. */
export function cpuMsOf(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
