import type { SandboxState } from '#sandbox-state.js'
import { issueToken, readClient, TOKEN_LIFETIME } from './access-token.js'
import type { OutgoingAnswer } from './handle-call.js'

/** Handles `POST /v1/oauth2/token`: client credentials by Basic authentication, with errors in OAuth's format. */
export function answerToken(world: SandboxState, authorization: string | undefined, form: string): OutgoingAnswer {
  if (readClient(authorization) === null) return problem(401, 'invalid_client', 'Client Authentication failed')
  const grant = new URLSearchParams(form).get('grant_type')
  if (grant === null) return problem(400, 'invalid_request', 'grant_type is required')
  if (grant !== 'client_credentials')
    return problem(400, 'unsupported_grant_type', `The grant type ${grant} is not part of this sandbox.`)
  return answer(200, {
    scope: 'https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/subscriptions openid',
    access_token: issueToken(world),
    token_type: 'Bearer',
    app_id: 'APP-80W284485P519543T',
    expires_in: TOKEN_LIFETIME,
    nonce: `${world.clock.iso}${world.ids.nextRequest()}`,
  })
}

function problem(status: number, error: string, description: string): OutgoingAnswer {
  return answer(status, { error, error_description: description })
}

function answer(status: number, body: object): OutgoingAnswer {
  return { status, body: JSON.stringify(body), headers: {} }
}
