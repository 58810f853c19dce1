import { PgBoss } from 'pg-boss'

// A peer: pg-boss 12. Concurrent loops, each of which adds one job, fetches one and completes it.
const QUEUE = 'bench'
const boss = new PgBoss({ connectionString: process.env['DATABASE_URL']!, schema: 'pgboss', max: 10 })
boss.on('error', (error) => process.stderr.write(`${String(error)}\n`))
await boss.start()
await boss.createQueue(QUEUE)

async function rounds(workers: number, seconds: number): Promise<{ rounds: number; perSecond: number }> {
  const begin = performance.now()
  const until = begin + seconds * 1000
  const done = await Promise.all(
    Array.from({ length: workers }, async () => {
      let count = 0
      for (; performance.now() < until;) {
        await boss.send(QUEUE, { app: 'web' })
        const [job] = await boss.fetch(QUEUE)
        if (!job) continue
        await boss.complete(QUEUE, job.id)
        count++
      }
      return count
    }),
  )
  const total = done.reduce((sum, count) => sum + count, 0)
  return { rounds: total, perSecond: total / ((performance.now() - begin) / 1000) }
}

process.on('message', ({ workers, seconds }: { workers: number; seconds: number }) => {
  void rounds(workers, seconds).then((answer) => process.send!(answer))
})
