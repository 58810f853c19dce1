import type { AlertWords } from './alert-mail.js'
import { days } from './alert-text.js'
import type { PendingCrossing } from './handle-crossings.js'

const PERIODS: Record<NonNullable<PendingCrossing['cap']>['period'], string> = {
  DAY: 'Heute',
  MONTH: 'In diesem Monat',
  BILLING_PERIOD: 'In diesem Abrechnungszeitraum',
}

export const GERMAN: AlertWords = {
  cap: ({ crossing: { percent, value, base, holder }, name }, { period, currency }, { number, money }) => {
    const amount = (units: number) => (currency === null ? number(units) : money({ amountMinor: units, currency }))
    const [done, further] =
      currency === null
        ? [`Einheiten ${name} verbraucht`, 'Weitere Nutzung']
        : [`für ${name} über das Kontingent hinaus ausgegeben`, 'Weitere Nutzung über das Kontingent hinaus']
    return {
      subject:
        holder === null
          ? `${percent} Prozent Ihres Limits für ${name} sind verbraucht`
          : `${percent} Prozent des Limits von ${holder} sind verbraucht: ${name}`,
      paragraphs: [
        value > base!
          ? `${PERIODS[period]} wurden ${amount(value)} ${done}, mehr als das Limit von ${amount(base!)}.`
          : `${PERIODS[period]} wurden ${amount(value)} von ${amount(base!)} ${done}.`,
        percent! < 100
          ? 'Bei 100 Prozent wird weitere Nutzung bis zum nächsten Zeitraum abgelehnt.'
          : `${further} wird abgelehnt, bis der nächste Zeitraum beginnt oder Sie das Limit erhöhen.`,
      ],
    }
  },
  balance: ({ crossing: { percent, threshold, base, value }, name }, { number }) => {
    const level = percent === null ? number(threshold!) : `${percent} Prozent`
    const basis =
      percent === null
        ? `Sie erhalten diese E-Mail, weil weniger als ${level} übrig sind.`
        : `Sie erhalten diese E-Mail, weil weniger als ${level} der ${number(base!)} übrig sind, die das Konto nach der letzten Gutschrift hatte.`
    return {
      subject: `Ihr Guthaben an ${name} liegt unter ${level}`,
      paragraphs: [
        `${number(value)} Einheiten ${name} sind übrig. ${basis}`,
        'Die nächste E-Mail zu diesem Schwellenwert folgt, wenn das Guthaben ihn wieder erreicht hat und danach erneut fällt.',
      ],
    }
  },
  allowance: ({ crossing, name }, { day, number }) => {
    const { percent, threshold, forecast, base, value, windowStart, windowEnd, at } = crossing
    const level = percent === null ? `der Schwellenwert von ${number(threshold!)} ist erreicht` : `${percent} Prozent`
    const use =
      base === null
        ? `${number(value)} ${name} verbraucht, ohne Limit: ${level}.`
        : value > base
          ? `${number(value)} ${name} verbraucht, mehr als das Kontingent von ${number(base)}: ${level}.`
          : `${number(value)} von ${number(base)} ${name} des Kontingents verbraucht: ${level}.`
    const reached =
      percent === null
        ? `${number(threshold!)} Ihres Kontingents an ${name} sind verbraucht`
        : `${percent} Prozent Ihres Kontingents an ${name} sind verbraucht`
    return {
      subject: forecast === null ? reached : `Ihr Kontingent an ${name} ist voraussichtlich vorzeitig aufgebraucht`,
      paragraphs: [
        forecast === null
          ? use
          : `Am Ende des Zeitraums werden voraussichtlich ${number(forecast)} ${name} verbraucht sein, bei einem Kontingent von ${number(base!)}. ${number(value)} waren es in ${number(days(windowStart!, at))} von ${number(days(windowStart!, windowEnd!))} Tagen.`,
        `Das Kontingent wird am ${day(windowEnd!)} zurückgesetzt.`,
      ],
    }
  },
}
