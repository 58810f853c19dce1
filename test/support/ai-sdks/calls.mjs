// The calls of models that the tests of the wrappers make, from a seed: what the provider does, and what the application does.

/** Returns numbers from 0 to below 1 that depend only on a seed, by Mulberry32, which is not secure. */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const KINDS = [
  'chat',
  'chatStream',
  'responses',
  'responsesStream',
  'messages',
  'messagesStream',
  'generateText',
  'streamText',
  'embeddings',
  'embed',
]
const STREAMS = ['chatStream', 'responsesStream', 'messagesStream', 'streamText']

/** Treatments of a request by the provider. Those before the last are responses to the first attempts. */
const FAULTS = ['retry429', 'retry500', 'refused', 'cut', 'silent', 'errorEvent', 'noUsage', 'retryCut']
/** Acts of the application. */
const ACTS = ['read', 'break', 'abort']

/**
 * A call by its number. `seed` makes the set.
 * @param streamsOnly every call is a stream
 */
export function planOf(seed, number, streamsOnly = false) {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  random()
  const among = (values) => values[Math.floor(random() * values.length)]
  const upTo = (limit) => Math.floor(random() * limit)
  const kind = among(streamsOnly ? STREAMS : KINDS)
  const isStream = STREAMS.includes(kind)
  const fault = random() < 0.35 ? among(FAULTS) : 'none'
  const chunks = 2 + upTo(12)
  const input = 10 + upTo(400)
  const reasoning = upTo(40)
  return {
    id: `s${seed}-${number}`,
    kind,
    isStream,
    // Responses that are complete cannot be cut in the middle of their events.
    fault: !isStream && fault === 'errorEvent' ? 'refused' : fault,
    act: isStream && random() < 0.3 ? among(ACTS) : 'read',
    /** Item behind which the application or the provider ends the stream. */
    after: 1 + upTo(chunks),
    chunks,
    pauseMs: random() < 0.2 ? 1 + upTo(4) : 0,
    usage: {
      input,
      cachedInput: random() < 0.5 ? upTo(input) : 0,
      output: chunks * 3 + reasoning,
      reasoning,
      cost: Math.round(random() * 1e6) / 1e6,
    },
  }
}
