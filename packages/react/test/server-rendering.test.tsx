import { createStackgate } from '@stackgate/client'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import * as account from '../src/account/index.js'
import * as react from '../src/index.js'
import { StackgateProvider, useEntitlement } from '../src/index.js'
import * as spending from '../src/spending/index.js'
import { COMPONENTS } from './every-component.js'

let requests = 0
const client = createStackgate({
  url: 'http://localhost/graphql',
  fetch: () => {
    requests++
    return Promise.reject(new Error('no request'))
  },
})

function Usage() {
  const { used, isPending } = useEntitlement('ai_chat_message')
  return <p>{isPending ? 'unknown' : used}</p>
}

const render = (body: ReactNode): string =>
  renderToString(<StackgateProvider client={client}>{body}</StackgateProvider>)

describe('Rendering on a server', () => {
  it('works without a window and sends no request', () => {
    expect([typeof window, render(<Usage />)]).toEqual(['undefined', '<p>unknown</p>'])
  })

  it('is tested for every component', () => {
    const exported = Object.keys({ ...react, ...spending, ...account })
    const names = exported.filter((name) => /^[A-Z][a-z]/.test(name) && name !== 'StackgateProvider')
    expect(names.toSorted()).toEqual(Object.keys(COMPONENTS).toSorted())
  })

  it.each(Object.entries(COMPONENTS))('works for %s and shows no gated content', (_name, body) => {
    expect(render(body)).not.toContain('secret')
    expect(requests).toBe(0)
  })
})
