/** @jest-environment ./packages/react/test/environment.mjs */
import { createBillingPlugin, type BillingPlugin, type BillingPluginOptions } from '../src/plugin.js'

const PARENT = 'https://app.example'
import { deliverMessage } from './trusted-messages.js'

const { jest } = import.meta

describe('createBillingPlugin', () => {
  let plugin: BillingPlugin | undefined
  let sent: unknown[]
  let parent: Window
  let received: unknown[]
  let links: string[]
  beforeEach(() => {
    jest.useFakeTimers()
    sent = []
    received = []
    links = []
    const frame = document.createElement('iframe')
    document.body.append(frame)
    // The plugin believes that this window is the page around it.
    parent = frame.contentWindow!
    Object.defineProperty(parent, 'postMessage', {
      value: (message: unknown, origin: string) => void sent.push([message, origin]),
    })
    Object.defineProperty(window, 'parent', { configurable: true, value: parent })
  })
  afterEach(() => {
    plugin?.close()
    document.body.replaceChildren()
    jest.useRealTimers()
    jest.restoreAllMocks()
  })

  const open = (options: Partial<BillingPluginOptions> = {}) => {
    plugin = createBillingPlugin({
      parentOrigin: PARENT,
      pluginType: 'wizard',
      onCallback: (callback) => void received.push(callback),
      onLink: (url) => void links.push(url),
      ...options,
    })
    return plugin
  }
  const hear = (data: object, from: { source?: Window; origin?: string } = {}) =>
    deliverMessage({ data, source: parent, origin: PARENT, ...from })
  const callback = { type: 'stripeCallback', status: 'success', sessionId: 'cs_1' }
  const requestId = () => (sent.at(-1) as [{ requestId: string }])[0].requestId

  it('says that it is ready four times in four seconds, or until the host speaks', () => {
    open({ pluginId: '7' })
    const ready = [{ type: 'pluginReady', pluginType: 'wizard', pluginId: '7', acks: true }, PARENT]
    jest.advanceTimersByTime(0)
    expect(sent).toEqual([ready])
    jest.advanceTimersByTime(250)
    expect(sent).toEqual([ready, ready])
    jest.advanceTimersByTime(10_000)
    expect(sent).toHaveLength(4)
    plugin!.close()
    sent = []
    open()
    jest.advanceTimersByTime(0)
    hear({ type: 'stripeCallback', status: 'cancel' })
    jest.advanceTimersByTime(10_000)
    expect(sent.map((each) => (each as [{ type: string }])[0].type)).toEqual(['pluginReady', 'stripeCallbackReceived'])
  })

  it('ignores messages that a script of the page dispatches', async () => {
    open()
    dispatchEvent(new MessageEvent('message', { data: callback, source: parent, origin: PARENT }))
    await jest.advanceTimersByTimeAsync(0)
    expect(received).toEqual([])
  })

  it('hands a callback over once, acknowledges each copy, and then invalidates the query', async () => {
    const invalidated: unknown[] = []
    open({ queryClient: { invalidateQueries: (filters) => void invalidated.push(filters) } })
    hear(callback)
    hear(callback)
    await jest.advanceTimersByTimeAsync(0)
    expect(received).toEqual([{ status: 'success', sessionId: 'cs_1' }])
    expect(sent.filter((each) => (each as [{ type: string }])[0].type === 'stripeCallbackReceived')).toHaveLength(2)
    expect(invalidated).toEqual([{ queryKey: ['communityBillingInfo'] }])
    await jest.advanceTimersByTimeAsync(11_000)
    hear(callback)
    await jest.advanceTimersByTimeAsync(0)
    expect(received).toHaveLength(1)
  })

  it('hands copies over once in any order, but every later cancellation', async () => {
    const canceled = { type: 'stripeCallback', status: 'cancel' }
    open()
    for (const message of [callback, canceled, callback, canceled]) hear(message)
    await jest.advanceTimersByTimeAsync(11_000)
    for (const message of [callback, canceled]) hear(message)
    await jest.advanceTimersByTimeAsync(0)
    expect(received).toEqual([{ status: 'success', sessionId: 'cs_1' }, { status: 'cancel' }, { status: 'cancel' }])
  })

  it('hears the answer to a redirect that was open when it was closed, and no callback', async () => {
    const openTop = jest.spyOn(window, 'open').mockReturnValue(null)
    const { redirect, close } = open()
    const pending = redirect('https://checkout.stripe.com/c/pay/cs_1')
    close()
    hear(callback)
    hear({ type: 'stripeRedirectAccepted', requestId: requestId() })
    await jest.advanceTimersByTimeAsync(5_000)
    expect([await pending, openTop.mock.calls, received]).toEqual([{ outcome: 'leaving' }, [], []])
    const removed = jest.spyOn(window, 'removeEventListener')
    open().close()
    expect(removed).toHaveBeenCalledTimes(1)
  })

  it('ignores other origins, windows, types and statuses', async () => {
    open()
    hear(callback, { origin: 'https://evil.example' })
    hear(callback, { source: window })
    hear({ ...callback, type: 'callback' })
    hear({ ...callback, status: 'refunded' })
    await jest.advanceTimersByTimeAsync(0)
    expect(received).toEqual([])
  })

  it('returns the answer of the host to a redirect', async () => {
    const { redirect } = open()
    const accepted = redirect('https://checkout.stripe.com/c/pay/cs_1')
    hear({ type: 'stripeRedirectAccepted', requestId: requestId() }, { origin: 'https://evil.example' })
    hear({ type: 'stripeRedirectAccepted', requestId: 'another' })
    hear({ type: 'stripeRedirectAccepted', requestId: requestId() })
    expect(await accepted).toEqual({ outcome: 'leaving' })
    const refused = redirect('https://evil.example/')
    hear({ type: 'stripeRedirectRefused', requestId: requestId(), reason: 'host' })
    expect(await refused).toEqual({ outcome: 'refused', reason: 'host' })
    const late = redirect('https://checkout.stripe.com/c/pay/cs_1')
    hear({ type: 'stripeRedirectRefused', requestId: requestId(), reason: 'click' })
    expect([await late, links]).toEqual([{ outcome: 'link' }, ['https://checkout.stripe.com/c/pay/cs_1']])
  })

  it('opens the page itself without an answer, or shows a link that asks again', async () => {
    const opened: unknown[] = []
    jest.spyOn(window, 'open').mockImplementation((...args) => {
      opened.push(args)
      return opened.length === 1 ? window : null
    })
    const { redirect } = open({ onLink: undefined })
    const first = redirect('https://checkout.stripe.com/c/pay/cs_1')
    await jest.advanceTimersByTimeAsync(999)
    expect(opened).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect([await first, opened]).toEqual([
      { outcome: 'leaving' },
      [['https://checkout.stripe.com/c/pay/cs_1', '_top']],
    ])
    const second = redirect('https://checkout.stripe.com/c/pay/cs_2')
    await jest.advanceTimersByTimeAsync(1000)
    expect(await second).toEqual({ outcome: 'link' })
    const link = document.querySelector<HTMLAnchorElement>('.stackgate-billing-link')!
    expect([link.href, link.target, document.activeElement]).toEqual([
      'https://checkout.stripe.com/c/pay/cs_2',
      '_top',
      link,
    ])
    const before = sent.length
    link.click()
    expect(sent).toHaveLength(before + 1)
  })

  it.each(['javascript:alert(1)', 'data:text/html,x', '/relative', ''])('does not open %j', async (url) => {
    await expect(open().redirect(url)).rejects.toMatchObject({ name: 'TypeError' })
    expect(sent).toEqual([])
  })

  it.each(['*', '', undefined])('is not created with the parent origin %j', (parentOrigin) => {
    expect(() => open({ parentOrigin: parentOrigin as 'https://x' })).toThrow(TypeError)
  })

  it('announces nothing outside of a frame', () => {
    Object.defineProperty(window, 'parent', { configurable: true, value: window })
    open()
    hear(callback, { source: window })
    jest.advanceTimersByTime(10_000)
    expect([sent, received]).toEqual([[], []])
  })
})
