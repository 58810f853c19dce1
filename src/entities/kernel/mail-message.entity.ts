import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { Language } from './language.js'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/** A mail to be sent, written with its cause. `SENT` is final; `DEAD` waits for an operator. */
export const MailMessageSchema = defineEntity({
  name: 'MailMessage',
  tableName: 'mail_message',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    state: p.text().$type<'PENDING' | 'SENT' | 'DEAD'>().default('PENDING'),
    recipient: p.text(),
    language: p.text().$type<Language>().default('EN'),
    subject: p.text(),
    /** Plain text and the same as simple HTML. */
    body: p.text(),
    html: p.text(),
    /** Sealed value of `{secret}` in it. Deleted after the email is sent. */
    secretSealed: p.text().nullable(),
    /** Business time of its cause: the mail's date. */
    at: p.datetime(),
    lastError: p.text().nullable(),
    ...leaseColumns(),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'mail_message_state', expression: `state in ('PENDING', 'SENT', 'DEAD')` }],
  indexes: [
    sqlIndex('mail_message_pending', `on "mail_message" ("available_at") where state = 'PENDING'`),
    sqlIndex('mail_message_dead', `on "mail_message" ("id") where state = 'DEAD'`),
  ],
})

export type MailMessageRow = RowOf<typeof MailMessageSchema>
