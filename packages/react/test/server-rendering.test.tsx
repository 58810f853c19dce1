import { createStackgate } from '@stackgate/client'
import { renderToString } from 'react-dom/server'
import { StackgateProvider, useEntitlement } from '../src/index.js'

const client = createStackgate({
  url: 'http://localhost/graphql',
  fetch: () => Promise.reject(new Error('no request')),
})

function Usage() {
  const { used, isPending } = useEntitlement('ai_chat_message')
  return <p>{isPending ? 'unknown' : used}</p>
}

describe('Rendering on a server', () => {
  it('works without a window and sends no request [CP43]', () => {
    expect(typeof window).toBe('undefined')
    const html = renderToString(
      <StackgateProvider client={client}>
        <Usage />
      </StackgateProvider>,
    )
    expect(html).toBe('<p>unknown</p>')
  })
})
