import { createStackgate } from '@stackgate/client'
import { Plans } from '@stackgate/client/documents'
import { connection } from 'next/server'

/** `a month`, `every 3 months`, or `once`. */
const periodOf = (interval: { unit: string; count: number } | null) => {
  if (!interval) return 'once'
  const unit = interval.unit.toLowerCase()
  return interval.count === 1 ? `a ${unit}` : `every ${interval.count} ${unit}s`
}

/** The prices, rendered on the server: they are in the page before any script runs. */
export default async function Pricing() {
  await connection()
  const stackgate = createStackgate({ url: `${process.env.STACKGATE_URL ?? 'http://127.0.0.1:4000'}/graphql` })
  const { plans } = await stackgate.request(Plans)
  return (
    <main>
      <h1>Pricing</h1>
      {plans.map(({ code, name, description, prices, bullets }) => (
        <section key={code}>
          <h2>{name}</h2>
          <p>{description}</p>
          <p>{prices[0] ? `${prices[0].money.formatted} ${periodOf(prices[0].interval)}` : 'Free'}</p>
          <ul>
            {bullets.map((bullet) => (
              <li key={bullet}>{bullet}</li>
            ))}
          </ul>
        </section>
      ))}
      <a href="/account">Your account</a>
    </main>
  )
}
