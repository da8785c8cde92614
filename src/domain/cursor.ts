/** A page was asked for with a cursor that no page gave. */
export class InvalidCursor extends Error {
  constructor() {
    super('the cursor is not one that a page gave as `next`');
  }
}
