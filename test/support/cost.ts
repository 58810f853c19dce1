/**
 * Processor time of this process for one run of `work`, in milliseconds: the minimum of several runs. Other programs do
 * not count, and a concurrent background job affects one run only.
 */
export async function cheapest(work: () => unknown, runs = 3): Promise<number> {
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}
