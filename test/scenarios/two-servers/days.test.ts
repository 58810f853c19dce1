import { tellAgain } from './stories.js'

await tellAgain('first-day', 'addons', 'dunning', 'yearly-to-monthly', '../contract/providers/event-orders')
