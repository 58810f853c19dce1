import { DASHBOARD, type MailTexts } from '#services/kernel/mail/mail-texts.js'

interface DisabledEndpoint {
  readonly url: string
  /** True if it responded that it will never exist again. */
  readonly isGone: boolean
}

export const ENDPOINT_DISABLED_MAIL: MailTexts<DisabledEndpoint> = {
  EN: ({ url, isGone }) => ({
    subject: `Events are no longer sent to ${new URL(url).host}`,
    paragraphs: [
      `The webhook endpoint ${url} was disabled. ${isGone ? 'The endpoint responded with 410 Gone.' : 'No delivery succeeded for three days.'}`,
      "Enable the endpoint when it responds again. Pending events will then be sent. Later events are listed in the account's event log.",
    ],
    action: DASHBOARD.EN,
  }),
  DE: ({ url, isGone }) => ({
    subject: `An ${new URL(url).host} werden keine Ereignisse mehr gesendet`,
    paragraphs: [
      `Der Webhook-Endpunkt ${url} wurde deaktiviert. ${isGone ? 'Er hat mit 410 Gone geantwortet.' : 'Drei Tage lang war keine Zustellung erfolgreich.'}`,
      'Aktivieren Sie den Endpunkt, sobald er wieder antwortet. Ausstehende Ereignisse werden dann gesendet. Spätere Ereignisse stehen im Ereignisprotokoll des Kontos.',
    ],
    action: DASHBOARD.DE,
  }),
  ES: ({ url, isGone }) => ({
    subject: `Ya no se envían eventos a ${new URL(url).host}`,
    paragraphs: [
      `El endpoint de webhook ${url} se ha desactivado. ${isGone ? 'Ha respondido con 410 Gone.' : 'Ninguna entrega ha tenido éxito durante tres días.'}`,
      'Active el endpoint cuando vuelva a responder. Entonces se enviarán los eventos pendientes. Los eventos posteriores figuran en el registro de eventos de la cuenta.',
    ],
    action: DASHBOARD.ES,
  }),
}
