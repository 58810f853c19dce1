/** @jest-environment ./packages/react/test/environment.mjs */
import { createBillingHost, type BillingHost, type BillingHostOptions, type BillingHostPlugin } from '../src/host.js'
import { deliverMessage } from './trusted-messages.js'

const { jest } = import.meta
const ORIGIN = 'https://plugin.example'
const SESSION = 'cs_test_1'

/** Frame of a plugin, with the messages that the host posted into it. */
function pluginFrame() {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const posted: unknown[] = []
  const post = jest.fn((message: unknown, origin: string) => void posted.push([message, origin]))
  Object.defineProperty(frame.contentWindow, 'postMessage', { value: post })
  return { frame, posted, post }
}

const leave = (departure: object = {}) =>
  sessionStorage.setItem(
    'stackgate:billing:departure',
    JSON.stringify({ at: Date.now(), page: '/c/42', pluginType: 'wizard', position: 0, ...departure }),
  )
const returnTo = (address: string) => history.replaceState({ router: 1 }, '', address)

describe('createBillingHost', () => {
  let host: BillingHost | undefined
  let plugin: ReturnType<typeof pluginFrame>
  let errors: [string, unknown][]
  beforeEach(() => {
    sessionStorage.clear()
    plugin = pluginFrame()
    errors = []
  })
  afterEach(() => {
    host?.close()
    document.body.replaceChildren()
    jest.restoreAllMocks()
  })

  const open = (options: Partial<BillingHostOptions> = {}, more: Partial<BillingHostPlugin> = {}) => {
    host?.close()
    host = createBillingHost({
      plugins: [{ frame: plugin.frame, origin: ORIGIN, pluginType: 'wizard', ...more }],
      onError: (action, error) => void errors.push([action, error]),
      ...options,
    })
    return host
  }
  const say = (data: object, from: { source?: Window | null; origin?: string } = {}) =>
    deliverMessage({ data, source: plugin.frame.contentWindow, origin: ORIGIN, ...from })
  const ready = (fields: object = {}, from: { source?: Window | null; origin?: string } = {}) =>
    say({ type: 'pluginReady', pluginType: 'wizard', ...fields }, from)
  const success = [{ type: 'stripeCallback', status: 'success', sessionId: SESSION }, ORIGIN]

  it('holds the return until the plugin is ready, and sends it once', () => {
    leave()
    returnTo(`/c/42/?tab=plans&stripe_status=success&session_id=${SESSION}#top`)
    open()
    expect(location.href).toMatch(/\/c\/42\/\?tab=plans#top$/)
    expect(history.state).toEqual({ router: 1 })
    expect(plugin.posted).toEqual([])
    ready()
    ready()
    expect(plugin.posted).toEqual([success])
    open()
    ready()
    expect(plugin.posted).toHaveLength(1)
  })

  it('ignores messages that a script of the page dispatches', () => {
    leave()
    returnTo(`/c/42/?stripe_status=success&session_id=${SESSION}`)
    open()
    const data = { type: 'pluginReady', pluginType: 'wizard' }
    dispatchEvent(new MessageEvent('message', { data, source: plugin.frame.contentWindow, origin: ORIGIN }))
    expect(plugin.posted).toEqual([])
  })

  it('keeps the return while posting fails', () => {
    leave()
    returnTo('/c/42/?stripe_status=cancel')
    open()
    plugin.post.mockImplementationOnce(() => {
      throw new SyntaxError('no target')
    })
    ready()
    expect(errors).toEqual([['post', expect.any(SyntaxError)]])
    open()
    ready()
    expect(plugin.posted).toEqual([[{ type: 'stripeCallback', status: 'cancel' }, ORIGIN]])
  })

  it('sends again without an acknowledgment, three times at most', () => {
    leave()
    returnTo('/c/42/?stripe_status=portal_return')
    open()
    for (let time = 0; time < 5; time++) ready({ acks: true })
    expect(plugin.posted).toHaveLength(3)
  })

  it('does not send again after the acknowledgment of the right plugin and status', () => {
    leave()
    returnTo(`/c/42/?stripe_status=success&session_id=${SESSION}`)
    open()
    ready({ acks: true })
    say({ type: 'stripeCallbackReceived', status: 'cancel' })
    say({ type: 'stripeCallbackReceived', status: 'success' }, { origin: 'https://evil.example' })
    ready({ acks: true })
    say({ type: 'stripeCallbackReceived', status: 'success' })
    ready({ acks: true })
    expect(plugin.posted).toEqual([success, success])
  })

  it.each([
    ['no departure', () => {}],
    ['a departure from another community', () => leave({ page: '/c/43' })],
    ['a departure of the day before yesterday', () => leave({ at: Date.now() - 48 * 3600_000 })],
    ['a departure that is no JSON', () => sessionStorage.setItem('stackgate:billing:departure', '{')],
  ])('clears the parameters and sends nothing with %s', (_what, prepare) => {
    prepare()
    returnTo(`/c/42/?stripe_status=success&session_id=${SESSION}`)
    open()
    ready()
    expect([plugin.posted, location.search]).toEqual([[], ''])
  })

  it('ignores an unknown status and a session of another form', () => {
    leave()
    returnTo(`/c/42/?stripe_status=paid&session_id=${SESSION}`)
    open()
    ready()
    expect([plugin.posted, location.search]).toEqual([[], ''])
    returnTo('/c/42/?stripe_status=success&session_id=%3Cscript%3E')
    open()
    ready()
    expect(plugin.posted).toEqual([[{ type: 'stripeCallback', status: 'success' }, ORIGIN]])
  })

  it('does not read a session without a status', () => {
    returnTo('/c/42/?session_id=mine')
    open()
    expect(location.search).toBe('?session_id=mine')
  })

  it('sends nothing to another origin, another window, another type or another plugin', () => {
    leave()
    returnTo('/c/42/plugin/7/?stripe_status=cancel')
    open({}, { pluginId: '7' })
    ready({}, { origin: 'https://evil.example' })
    ready({}, { source: window })
    ready({}, { source: null })
    ready({ pluginType: 'chat' })
    ready({ pluginId: '8' })
    expect(plugin.posted).toEqual([])
    ready({ pluginId: '7' })
    expect(plugin.posted).toHaveLength(1)
  })

  it('delivers to the plugin of the path, else to the one that the buyer came from', () => {
    const other = pluginFrame()
    const plugins: BillingHostPlugin[] = [
      { frame: plugin.frame, origin: ORIGIN, pluginType: 'wizard', pluginId: '7' },
      { frame: () => other.frame, origin: ORIGIN, pluginType: 'wizard', pluginId: '8' },
    ]
    const bothReady = () => {
      ready()
      ready({}, { source: other.frame.contentWindow })
    }
    leave({ position: 1 })
    returnTo('/c/42/?stripe_status=cancel')
    open({ plugins })
    bothReady()
    expect([plugin.posted.length, other.posted.length]).toEqual([0, 1])
    leave({ position: 1 })
    returnTo('/c/42/plugin/7/?stripe_status=cancel')
    open({ plugins })
    bothReady()
    expect([plugin.posted.length, other.posted.length]).toEqual([1, 1])
  })

  it('does not deliver on the page of another community', () => {
    leave()
    returnTo('/c/42/?stripe_status=cancel')
    open()
    history.pushState(null, '', '/c/43/')
    ready()
    expect(plugin.posted).toEqual([])
    history.pushState(null, '', '/c/42/')
    ready()
    expect(plugin.posted).toHaveLength(1)
  })

  it('delivers to a frame that is added later, not to one that was removed', () => {
    leave()
    returnTo('/c/42/?stripe_status=cancel')
    const remove = open({ plugins: [] }).add({ frame: plugin.frame, origin: ORIGIN, pluginType: 'wizard' })
    remove()
    ready()
    expect(plugin.posted).toEqual([])
    host!.add({ frame: plugin.frame, origin: ORIGIN, pluginType: 'wizard' })
    ready()
    expect(plugin.posted).toHaveLength(1)
  })

  it('continues where the browser denies its storage or the change of the address', () => {
    leave()
    returnTo('/c/42/?stripe_status=cancel')
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('denied', 'QuotaExceededError')
    })
    jest.spyOn(history, 'replaceState').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    open()
    ready()
    expect(plugin.posted).toHaveLength(1)
    expect(errors.map(([action]) => action)).toEqual(['storage', 'address'])
  })

  it('refuses redirects of unknown senders and to unknown pages', () => {
    open()
    const request = { type: 'stripeRedirect', url: 'https://evil.example/', requestId: 'r1' }
    say(request)
    expect(plugin.posted).toEqual([[{ type: 'stripeRedirectRefused', requestId: 'r1', reason: 'host' }, ORIGIN]])
    say(request, { origin: 'https://evil.example' })
    expect(plugin.posted[1]).toEqual([
      { type: 'stripeRedirectRefused', requestId: 'r1', reason: 'frame' },
      'https://evil.example',
    ])
    say(request, { origin: 'null' })
    expect(plugin.posted).toHaveLength(2)
  })

  it('handles each redirect once, however often its message arrives', () => {
    open()
    const ask = (requestId: string) => say({ type: 'stripeRedirect', url: 'https://evil.example/', requestId })
    for (const id of ['r1', 'r2', 'r1', 'r2', 'r1']) ask(id)
    expect(plugin.posted.map((each) => (each as [{ requestId: string }])[0].requestId)).toEqual(['r1', 'r2'])
  })

  it.each(['*', '', 'null'])('is not created with the origin %j', (origin) => {
    expect(() => open({}, { origin: origin as 'https://x' })).toThrow(TypeError)
  })
})
