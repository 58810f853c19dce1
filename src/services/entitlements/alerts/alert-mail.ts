import type { MailContent } from '#services/kernel/mail/mail-template.js'
import { DASHBOARD, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Writer } from '#services/kernel/text/readable.js'
import { PERIODS } from '../model/cap-denial.js'
import { GERMAN } from './alert-mail-german.js'
import { SPANISH } from './alert-mail-spanish.js'
import { alertText, capUse } from './alert-text.js'
import type { PendingCrossing } from './handle-crossings.js'

/** Values of a mail about an alert. */
export interface AlertValues {
  readonly crossing: PendingCrossing
  /** Name of the feature. */
  readonly name: string
}

/** Words of the alerts in one language. Each kind has a title and paragraphs. */
export interface AlertWords {
  readonly cap: (values: AlertValues, cap: NonNullable<PendingCrossing['cap']>, write: Writer) => AlertContent
  readonly balance: (values: AlertValues, write: Writer) => AlertContent
  readonly allowance: (values: AlertValues, write: Writer) => AlertContent
}

type AlertContent = Omit<MailContent, 'action'>

const ENGLISH: AlertWords = {
  cap: ({ crossing, name }, cap) => {
    const { percent, holder } = crossing
    const isUnits = cap.currency === null
    const again = isUnits
      ? 'Further use is denied until the next period, or until you raise the cap.'
      : 'Further use beyond the allowance is denied until the next period, or until you raise the cap.'
    return {
      subject:
        holder === null
          ? `${percent} percent of your cap of ${name} is used`
          : `${percent} percent of the cap of ${holder} is used: ${name}`,
      paragraphs: [
        `${capUse(crossing, cap, isUnits ? `units of ${name}` : name, `are used ${cap.period === 'DAY' ? 'today' : `this ${PERIODS[cap.period]}`}`)}.`,
        percent! < 100 ? 'At 100 percent further use is denied until the next period.' : again,
      ],
    }
  },
  balance: ({ crossing: { percent, threshold, base, value }, name }, { number }) => {
    const level = percent === null ? number(threshold!) : `${percent} percent`
    const basis =
      percent === null
        ? `You asked for this email when fewer than ${level} are left.`
        : `You asked for this email when less than ${level} of the ${number(base!)} is left that the account held after its last grant.`
    return {
      subject: `Your balance of ${name} is below ${level}`,
      paragraphs: [
        `${number(value)} units of ${name} are left. ${basis}`,
        'The next email about this level follows after the balance has risen to it and has fallen again.',
      ],
    }
  },
  allowance: ({ crossing, name }, { day, number }) => {
    const { percent, threshold, forecast, windowEnd } = crossing
    const reached =
      percent === null
        ? `${number(threshold!)} of your allowance of ${name} are used`
        : `${percent} percent of your allowance of ${name} is used`
    return {
      subject: forecast === null ? reached : `Your allowance of ${name} is likely to be used up early`,
      paragraphs: [alertText(crossing, name), `The allowance resets on ${day(windowEnd!)}.`],
    }
  },
}

const wordsOf = ({ cap, balance, allowance }: AlertWords, values: AlertValues, write: Writer): AlertContent =>
  values.crossing.cap
    ? cap(values, values.crossing.cap, write)
    : values.crossing.basis === 'BALANCE'
      ? balance(values, write)
      : allowance(values, write)

export const ALERT_MAIL: MailTexts<AlertValues> = {
  EN: (values, write) => ({ ...wordsOf(ENGLISH, values, write), action: DASHBOARD.EN }),
  DE: (values, write) => ({ ...wordsOf(GERMAN, values, write), action: DASHBOARD.DE }),
  ES: (values, write) => ({ ...wordsOf(SPANISH, values, write), action: DASHBOARD.ES }),
}
