import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'

interface DisabledEndpoint {
  readonly url: string
  /** True if it responded that it will never exist again. */
  readonly isGone: boolean
}

export const ENDPOINT_DISABLED_MAIL: MailTexts<DisabledEndpoint> = ({ url, isGone }, write) =>
  contentOf(write, 'endpointDisabled', { url, host: new URL(url).host, isGone })
