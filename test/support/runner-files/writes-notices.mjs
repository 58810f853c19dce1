// A file of `runner.test.ts`: packages write notices to the console.
import { startOpenIdProvider } from '../open-id-provider.ts'

it('passes', async () => {
  for (const method of ['debug', 'info', 'log', 'warn', 'error']) console[method]('a notice')
  const provider = await startOpenIdProvider()
  await provider.register('http://127.0.0.1:1')
  await provider.close()
})
