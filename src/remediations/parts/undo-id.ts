/** Id under which the undo of any repair is proposed, approved and carried out. */
export const UNDO = 'undo';
