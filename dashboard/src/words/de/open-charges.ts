import type { Translations } from '../translated.js'

export const openChargeWords: Translations['openChargeWords'] = {
  cost: (cost, line) => `Bisher ${cost}: ${line}`,
  invoiced: (cost) => `${cost} dieses Zeitraums sind bereits abgerechnet.`,
  threshold: (cost) => `Die Nutzung wird abgerechnet, sobald sie ${cost} erreicht.`,
}
