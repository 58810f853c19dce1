// An application that records usage until it is killed. It prints the key and the amount of each record when the record is confirmed. With the
// word `finish` it records nothing, delivers everything, and prints its figures.
import { writeSync } from 'node:fs'

const [module, folder, url, key, run, accounts] = process.argv.slice(2)
const { createUsageOutbox } = await import(module)
const usage = await createUsageOutbox({
  folder,
  url,
  key,
  deliverEveryMs: 10,
  timeoutMs: 5_000,
  onRejected: ({ record, code, message }) => writeSync(1, `rejected ${record?.key} ${code} ${message}\n`),
})

if (run === 'finish') {
  await usage.flush({ timeoutMs: 120_000 })
  await usage.close()
  writeSync(1, `finished ${JSON.stringify(usage.stats)}\n`)
} else {
  const ids = accounts.split(',')
  let count = 0
  const record = async () => {
    for (;;) {
      const number = count++
      const key = `${run}-${number}`
      const amount = (number % 3) + 1
      await usage.record({ accountId: ids[number % ids.length], feature: 'ai_stories', amount, key })
      writeSync(1, `recorded ${key} ${amount}\n`)
      await new Promise((wake) => setTimeout(wake, (number * 7) % 23))
    }
  }
  await Promise.all([record(), record(), record(), record()])
}
