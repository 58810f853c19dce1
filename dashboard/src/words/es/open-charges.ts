import type { Translations } from '../translated.js'

export const openChargeWords: Translations['openChargeWords'] = {
  cost: (cost, line) => `${cost} hasta ahora: ${line}`,
  invoiced: (cost) => `${cost} de este periodo ya se han facturado.`,
  threshold: (cost) => `El uso se factura cuando alcanza ${cost}.`,
}
