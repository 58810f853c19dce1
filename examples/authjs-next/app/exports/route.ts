import { fetchGate } from '@stackgate/client/server' // gate
import { options } from '@/auth' // gate

export const GET = fetchGate(options)('exports', () => new Response('channel,conversions\nsearch,42\n')) // gate
