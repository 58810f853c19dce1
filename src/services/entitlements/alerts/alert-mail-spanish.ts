import type { AlertWords } from './alert-mail.js'
import { days } from './alert-text.js'
import type { PendingCrossing } from './handle-crossings.js'

const PERIODS: Record<NonNullable<PendingCrossing['cap']>['period'], string> = {
  DAY: 'Hoy',
  MONTH: 'Este mes',
  BILLING_PERIOD: 'En este periodo de facturación',
}

export const SPANISH: AlertWords = {
  cap: ({ crossing: { percent, value, base, holder }, name }, { period, currency }, { number, money }) => {
    const amount = (units: number) => (currency === null ? number(units) : money({ amountMinor: units, currency }))
    const [done, of, further] =
      currency === null
        ? ['se han usado', ` unidades de ${name}`, 'El uso']
        : ['se han gastado', ` en ${name} por encima de la cuota`, 'El uso por encima de la cuota']
    return {
      subject:
        holder === null
          ? `Se ha usado el ${percent} por ciento de su límite de ${name}`
          : `Se ha usado el ${percent} por ciento del límite de ${holder}: ${name}`,
      paragraphs: [
        value > base!
          ? `${PERIODS[period]} ${done} ${amount(value)}${of}, más que el límite de ${amount(base!)}.`
          : `${PERIODS[period]} ${done} ${amount(value)} de ${amount(base!)}${of}.`,
        percent! < 100
          ? 'Al 100 por ciento se rechaza el uso hasta el próximo periodo.'
          : `${further} se rechaza hasta el próximo periodo o hasta que usted aumente el límite.`,
      ],
    }
  },
  balance: ({ crossing: { percent, threshold, base, value }, name }, { number }) => {
    const level = percent === null ? `de ${number(threshold!)}` : `del ${percent} por ciento`
    const basis =
      percent === null
        ? `Recibe este correo porque quedan menos ${level}.`
        : `Recibe este correo porque queda menos ${level} de los ${number(base!)} que la cuenta tenía después de la última asignación.`
    return {
      subject: `Su saldo de ${name} está por debajo ${level}`,
      paragraphs: [
        `Quedan ${number(value)} unidades de ${name}. ${basis}`,
        'El próximo correo sobre este nivel llegará cuando el saldo lo haya alcanzado y vuelva a bajar.',
      ],
    }
  },
  allowance: ({ crossing, name }, { day, number }) => {
    const { percent, threshold, forecast, base, value, windowStart, windowEnd, at } = crossing
    const level = percent === null ? `se ha alcanzado el nivel de ${number(threshold!)}` : `el ${percent} por ciento`
    const use =
      base === null
        ? `Se han usado ${number(value)} de ${name}, sin límite: ${level}.`
        : value > base
          ? `Se han usado ${number(value)} de ${name}, más que la cuota de ${number(base)}: ${level}.`
          : `Se han usado ${number(value)} de ${number(base)} de ${name} de la cuota: ${level}.`
    const reached =
      percent === null
        ? `Se han usado ${number(threshold!)} de su cuota de ${name}`
        : `Se ha usado el ${percent} por ciento de su cuota de ${name}`
    return {
      subject: forecast === null ? reached : `Es probable que su cuota de ${name} se agote antes de tiempo`,
      paragraphs: [
        forecast === null
          ? use
          : `Al final del periodo se habrán usado probablemente ${number(forecast)} de ${name}, con una cuota de ${number(base!)}. Han sido ${number(value)} en ${number(days(windowStart!, at))} de ${number(days(windowStart!, windowEnd!))} días.`,
        `La cuota se restablece el ${day(windowEnd!)}.`,
      ],
    }
  },
}
