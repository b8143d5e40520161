/** For a view that takes another one's place: the button that was pressed there is gone, and with it the focus. */
export function takeFocus(view: HTMLElement): void {
  if (document.activeElement === document.body) view.focus();
}
