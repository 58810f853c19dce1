import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'
import { EventSource } from 'eventsource'
import { createInterface } from 'node:readline'

const stored = new Map()
globalThis.EventSource = EventSource
globalThis.localStorage = {
  getItem: (name) => stored.get(name) ?? null,
  setItem: (name, value) => void stored.set(name, value),
  removeItem: (name) => void stored.delete(name),
}
const [baseUrl, token] = process.argv.slice(2)
const headers = [['Authorization', `Bearer ${token}`]]
let pages = 0
/** Opens a page: another provider, with what the browser stored. */
const open = async (key, options = {}) => {
  const domain = `page ${pages++}`
  await OpenFeature.setContext(domain, { targetingKey: key })
  await OpenFeature.setProviderAndWait(domain, new OFREPWebProvider({ baseUrl, headers, ...options }))
  return [domain, OpenFeature.getClient(domain)]
}
const [domain, client] = await open('nobody', { cacheMode: 'network-first', changeDetection: 'none' })
const answer = (on, { flag, otherwise }) => {
  const ask = typeof otherwise === 'boolean' ? 'getBooleanDetails' : 'getNumberDetails'
  const { value, variant, errorCode } = on[ask](flag, otherwise)
  return [value, variant ?? null, errorCode ?? null]
}
let watched
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line)
  if (question.watch) {
    // A page that stays open, and learns of changes by the stream alone.
    ;[, watched] = await open(question.key, { cacheMode: 'disabled' })
    console.log(JSON.stringify(answer(watched, question)))
  } else if (question.until !== undefined) {
    while (answer(watched, question)[0] !== question.until)
      await new Promise((resolve) => watched.addHandler(ProviderEvents.ConfigurationChanged, resolve))
    console.log(JSON.stringify(answer(watched, question)))
  } else if (question.reload) {
    const [, reloaded] = await open(question.key, question.options)
    console.log(JSON.stringify(answer(reloaded, question)))
  } else {
    await OpenFeature.setContext(domain, { targetingKey: question.key, evaluation: pages++ })
    console.log(JSON.stringify(answer(client, question)))
  }
}
process.exit()
