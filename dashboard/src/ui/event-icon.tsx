import './event-list.css'
import { iconOfEvent } from './event-kinds.js'
import { Icon } from './icon.js'

/** The drawing of an event of an account. */
export const EventIcon = ({ type }: { readonly type: string }) => <Icon of={iconOfEvent(type)} />
