/** The present moment for what is drawn, a step a second while the window can be seen. */
export class Clock {
  now = $state(new Date());

  /** Runs until the returned function is called. */
  run(): () => void {
    let timer: ReturnType<typeof setInterval> | undefined;
    const tick = () => {
      this.now = new Date();
    };
    const follow = () => {
      clearInterval(timer);
      if (document.hidden) return;
      tick();
      timer = setInterval(tick, 1000);
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }
}
