import type { Language } from '#entities/kernel/language.js'
import type { PurchaseStatus } from '#entities/billing/purchase-state.js'

/** The words of a receipt. A language that lacks them is an error of types. */
interface ReceiptTexts {
  readonly title: string
  readonly labels: Readonly<
    Record<'number' | 'date' | 'status' | 'payment' | 'buyer' | 'purchaseOrder' | 'tax' | 'total' | 'balance', string>
  >
  readonly columns: readonly [item: string, quantity: string, unitPrice: string, amount: string]
  readonly statuses: Readonly<Record<PurchaseStatus, string>>
  readonly refund: (day: string) => string
  readonly pendingRefund: (day: string) => string
  readonly chargedBack: string
  readonly reverseCharge: string
}

export const RECEIPT_TEXTS: Readonly<Record<Language, ReceiptTexts>> = {
  EN: {
    title: 'Receipt',
    labels: {
      number: 'Number',
      date: 'Date',
      status: 'Status',
      payment: 'Payment',
      buyer: 'Billed to',
      purchaseOrder: 'Purchase order',
      tax: 'Tax',
      total: 'Total',
      balance: 'Paid after refunds',
    },
    columns: ['Description', 'Quantity', 'Unit price', 'Amount'],
    statuses: {
      PENDING: 'Pending',
      PAID: 'Paid',
      PARTIALLY_REFUNDED: 'Partially refunded',
      REFUNDED: 'Refunded',
      DISPUTED: 'Disputed',
      CHARGED_BACK: 'Charged back',
    },
    refund: (day) => `Refund of ${day}`,
    pendingRefund: (day) => `Refund of ${day}, pending`,
    chargedBack: 'Returned after a dispute',
    reverseCharge: 'Reverse charge: the recipient owes the tax.',
  },
  DE: {
    title: 'Beleg',
    labels: {
      number: 'Belegnummer',
      date: 'Datum',
      status: 'Status',
      payment: 'Zahlung',
      buyer: 'Rechnung an',
      purchaseOrder: 'Bestellnummer',
      tax: 'Steuer',
      total: 'Summe',
      balance: 'Bezahlt nach Erstattungen',
    },
    columns: ['Beschreibung', 'Anzahl', 'Einzelpreis', 'Betrag'],
    statuses: {
      PENDING: 'Ausstehend',
      PAID: 'Bezahlt',
      PARTIALLY_REFUNDED: 'Teilweise erstattet',
      REFUNDED: 'Erstattet',
      DISPUTED: 'Angefochten',
      CHARGED_BACK: 'Zurückgebucht',
    },
    refund: (day) => `Erstattung vom ${day}`,
    pendingRefund: (day) => `Erstattung vom ${day}, ausstehend`,
    chargedBack: 'Nach einem Einspruch zurückgebucht',
    reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers.',
  },
  ES: {
    title: 'Recibo',
    labels: {
      number: 'Número',
      date: 'Fecha',
      status: 'Estado',
      payment: 'Pago',
      buyer: 'Facturado a',
      purchaseOrder: 'Orden de compra',
      tax: 'Impuestos',
      total: 'Total',
      balance: 'Pagado tras los reembolsos',
    },
    columns: ['Descripción', 'Cantidad', 'Precio unitario', 'Importe'],
    statuses: {
      PENDING: 'Pendiente',
      PAID: 'Pagado',
      PARTIALLY_REFUNDED: 'Reembolsado en parte',
      REFUNDED: 'Reembolsado',
      DISPUTED: 'En disputa',
      CHARGED_BACK: 'Devuelto por contracargo',
    },
    refund: (day) => `Reembolso del ${day}`,
    pendingRefund: (day) => `Reembolso del ${day}, pendiente`,
    chargedBack: 'Devuelto tras una disputa',
    reverseCharge: 'Inversión del sujeto pasivo.',
  },
}
