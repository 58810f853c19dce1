/**
 * Processor time of this process for one run of `work`, in milliseconds: the least of several runs. Other programs on the machine do not
 * count, and a job that happens to run meanwhile counts in one run only.
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
