import type { Fault, FaultFamily } from '../fault.ts';

const both: Fault = {
  name: 'two of them scan, post and answer at once',
  async strike(scene) {
    const card = scene.newestCard();
    const second = await scene.another();
    // Discord tells both of the click; one of them is refused with 40060.
    await scene.insist('bob', card, 'ignore');
    scene.toNextClose();
    await Promise.all([scene.play(), second.play(scene.now())]);
    await second.stop(scene.now());
    return 1;
  },
};

const oneKilled: Fault = {
  name: 'one of two is killed in the middle of a scan',
  async strike(scene) {
    const second = await scene.another();
    scene.toNextClose();
    const playing = Promise.all([scene.play(), second.play(scene.now())]);
    await scene.desk.kill();
    await playing;
    await second.stop(scene.now());
    return 1;
  },
};

/** Two processes on one database. */
export const twoProcesses: FaultFamily = { family: 'two processes', faults: [both, oneKilled] };
