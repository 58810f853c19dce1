import type { SandboxState } from '#sandbox-state.js'
import { notImplemented, unprocessable, type ErrorDetail } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import { minor } from '../money.js'
import type { Order, PurchaseUnit } from '../objects.js'
import { checkAmounts } from './check-amounts.js'

type Json = Record<string, unknown>

const PATH = /^\/purchase_units\/@reference_id=='([^']*)'(?:\/(\w+))?$/
const CHANGEABLE = ['amount', 'custom_id', 'invoice_id', 'description', 'soft_descriptor']

/** Changes purchase units of an order that is not captured. An approved amount cannot increase. */
export function patchOrder(world: SandboxState, order: Order, operations: readonly Json[]): Order {
  if (order.status === 'COMPLETED') throw unprocessable({ issue: 'ORDER_ALREADY_COMPLETED' })
  let units: Json[] = order.purchase_units
  for (const [index, { op, path, value }] of operations.entries()) {
    const [, reference = '', field] = PATH.exec(typeof path === 'string' ? path : '') ?? refusePath(path, index)
    const unit = units.find((one) => one['reference_id'] === reference)
    const refuse = (detail: ErrorDetail) => unprocessable({ field: `/${index}/path`, ...detail })
    if (unit === undefined) throw refuse({ issue: 'REFERENCE_ID_NOT_FOUND' })
    if (op !== 'replace' && op !== 'add' && op !== 'remove') throw notImplemented(`op ${String(op)}`)
    if (field === undefined) throw notImplemented('patching a whole purchase unit')
    if (!CHANGEABLE.includes(field) || (op === 'remove' && field === 'amount')) throw refuse({ issue: 'NOT_PATCHABLE' })
    if (op !== 'remove' && value === undefined) throw refuse({ issue: 'PATCH_VALUE_REQUIRED' })
    const { [field]: _former, ...rest } = unit
    const changed = op === 'remove' ? rest : { ...rest, [field]: value }
    units = units.map((one) => (one === unit ? changed : one))
  }
  const checked = checkAmounts(units) as PurchaseUnit[]
  if (order.status === 'APPROVED' && checked.some((unit, index) => isDearer(unit, order.purchase_units[index])))
    throw unprocessable({ issue: 'AMOUNT_CHANGE_NOT_ALLOWED' })
  return world.store.put('paypal.order', { ...order, purchase_units: checked, update_time: payPalNow(world) })
}

function isDearer(unit: PurchaseUnit, before: PurchaseUnit | undefined): boolean {
  return before === undefined || minor(unit.amount) > minor(before.amount)
}

function refusePath(path: unknown, index: number): never {
  const field = `/${index}/path`
  if (typeof path !== 'string') throw unprocessable({ issue: 'PATCH_PATH_REQUIRED', field })
  if (!path.startsWith('/')) throw unprocessable({ issue: 'INVALID_JSON_POINTER_FORMAT', field })
  throw unprocessable({ issue: 'NOT_PATCHABLE', field, value: path })
}
