import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'
import { createInterface } from 'node:readline'

const [baseUrl, token] = process.argv.slice(2)
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [['Authorization', `Bearer ${token}`]] }))
const client = OpenFeature.getClient()
for await (const line of createInterface({ input: process.stdin })) {
  const { flag, otherwise, key } = JSON.parse(line)
  const ask = typeof otherwise === 'boolean' ? 'getBooleanDetails' : 'getNumberDetails'
  const { value, variant, errorCode } = await client[ask](flag, otherwise, { targetingKey: key })
  console.log(JSON.stringify([value, variant ?? null, errorCode ?? null]))
}
