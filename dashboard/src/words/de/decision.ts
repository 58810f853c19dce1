import type { Translations } from '../translated.js'

export const decisionWords: Translations['decisionWords'] = {
  refused: 'Warum es abgelehnt wird, und was es ermöglicht',
  allowed: 'Erklären',
  steps: 'Schritte der Entscheidung',
  yes: 'Die nächste Anfrage ist erlaubt.',
}
