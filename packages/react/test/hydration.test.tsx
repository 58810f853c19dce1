/** @jest-environment ./packages/react/test/environment.mjs */
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { StackgateProvider } from '../src/index.js'
import { COMPONENTS } from './every-component.js'
import { fakeClient } from './support.js'

// jsdom has none, and the renderer of React wants one when it is loaded. `renderToString` does not use it.
Object.assign(globalThis, {
  MessageChannel: class {
    readonly port1 = {}
    readonly port2 = { postMessage: () => undefined }
  },
})

describe('Hydration', () => {
  it.each(Object.entries(COMPONENTS))('of %s has no difference', async (_name, body: ReactNode) => {
    const { renderToString } = await import('react-dom/server')
    const page = <StackgateProvider client={fakeClient()}>{body}</StackgateProvider>
    const root = document.createElement('div')
    document.body.append(root)
    root.innerHTML = renderToString(page)
    const differences: unknown[] = []
    const mounted = await act(async () =>
      hydrateRoot(root, page, { onRecoverableError: (error) => void differences.push(error) }),
    )
    expect(differences).toEqual([])
    await act(async () => mounted.unmount())
  })
})
