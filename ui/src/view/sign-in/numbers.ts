/** Brings the sentences that say what the numbers on Microsoft's error pages mean. */

import sentences from 'virtual:sentences';
import numbers from 'virtual:sentences-numbers';

Object.assign(sentences, numbers);
