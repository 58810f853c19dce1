/**
 * Lists that the modules of the installation declare, and that services of any domain run. Each domain that runs such a list adds it by a
 * declaration of this interface.
 */
export interface Declared {}
