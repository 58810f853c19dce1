import { sqlRule } from '../invariant.js'

/** Money: checkouts, subscriptions, and the commands that deployments run for it. */
export const billingRules = [
  sqlRule(
    'one_open_checkout_per_group',
    'An account has at most one checkout of a plan group that can still be paid.',
    `select account_id, group_code, count(*) as checkouts, count(*) = 1 as ok from checkout
     where group_code is not null and status in ('CREATING', 'OPEN', 'PROCESSING') group by account_id, group_code`,
  ),
  sqlRule(
    'prices_are_never_edited',
    'The amount of a checkout equals price × quantity.',
    `select c.id as checkout_id, c.account_id, c.amount_minor, c.currency, c.amount_minor = p.amount_minor * c.quantity and c.currency = p.currency as ok
     from checkout c join price p on p.id = c.price_id`,
  ),
  sqlRule(
    'commands_follow_each_other',
    'A deployment has at most one leased or running command.',
    `select deployment_id, count(*) as commands, count(*) = 1 as ok from command where status in ('LEASED', 'RUNNING') group by deployment_id`,
  ),
]
