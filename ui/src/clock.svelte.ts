/** The present moment for what is drawn, a step a second while the window can be seen. */
export class Clock {
  now = $state(new Date());
  #timer: ReturnType<typeof setInterval> | undefined;
  #runs = false;

  /** Runs until the returned function is called. */
  run(): () => void {
    const follow = () => this.look();
    this.#runs = true;
    this.look();
    document.addEventListener('visibilitychange', follow);
    return () => {
      this.#runs = false;
      clearInterval(this.#timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }

  /** Looks now, and each second from now on: what comes together is drawn together. */
  look(): void {
    clearInterval(this.#timer);
    if (!this.#runs || document.hidden) return;
    this.now = new Date();
    this.#timer = setInterval(() => (this.now = new Date()), 1000);
  }
}
