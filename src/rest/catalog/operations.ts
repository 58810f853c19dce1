import { below, type RestOperation } from '../rest-operation.js'

const prices = below('/api/v1/price-lists', 'Entitlements')

/** Operations of catalog with the same behavior over GraphQL and REST. */
export const catalogOperations: readonly RestOperation[] = [
  prices(
    'list',
    'listPriceLists',
    'PriceLists',
    { statuses: ['proposed'] },
    { names: { 'Query.priceLists': 'price_lists' } },
  ),
  prices(
    'apply',
    'applyPriceList',
    'ApplyPriceList',
    { price_list_id: 'prl_1' },
    { names: { id: 'price_list_id' }, errors: ['INVALID_TRANSITION'] },
  ),
  prices(
    'reject',
    'rejectPriceList',
    'RejectPriceList',
    { price_list_id: 'prl_1', reason: 'A typing error' },
    { names: { id: 'price_list_id' }, errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
]
