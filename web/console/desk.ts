// The one desk of this page: it stays while views change, so that nothing decided is forgotten.

import { Desk } from "./queue/desk";

export const desk = new Desk();
