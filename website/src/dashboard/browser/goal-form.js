// Making and changing a goal.
import { element } from '@pushtech/ui/browser/element.js';
import { say, words } from './context.js';

const text = words.goals.form;
const PROPERTY = 'properties.';

const field = (label, control) => element('label', {}, label, control);

const select = (name, choices, chosen) =>
  element(
    'select',
    { name },
    ...choices.map(([value, label, raw]) =>
      element('option', { value, selected: value === chosen, 'data-raw': raw }, label),
    ),
  );

const fields = ['path', 'page', 'source', 'campaign', 'property'];
const comparisons = ['equal', 'starts', 'contains'];

/** A line of the form. @param {{ field?: string, is?: string, value?: string }} condition */
const conditionLine = (condition, changed) => {
  const isProperty = condition.field?.startsWith(PROPERTY) === true;
  const what = select(
    'field',
    fields.map((name) => [name, text.fields[name]]),
    isProperty ? 'property' : condition.field,
  );
  const property = element('input', {
    name: 'property',
    maxlength: '64',
    'aria-label': text.property,
    placeholder: text.property,
    value: isProperty ? condition.field.slice(PROPERTY.length) : '',
  });
  const how = select(
    'is',
    comparisons.map((name) => [name, text.comparisons[name]]),
    condition.is,
  );
  const value = element('input', {
    name: 'value',
    required: true,
    maxlength: '1024',
    'aria-label': text.value,
    placeholder: text.value,
    value: condition.value ?? '',
  });
  const remove = element(
    'button',
    { type: 'button', class: 'plain', 'aria-label': text.removeCondition, title: text.removeCondition },
    '×',
  );
  what.setAttribute('aria-label', text.field);
  how.setAttribute('aria-label', text.is);
  const line = element('div', { class: 'condition' }, what, property, how, value, remove);
  const fit = () => {
    property.hidden = what.value !== 'property';
    property.required = !property.hidden;
  };
  what.addEventListener('change', fit);
  remove.addEventListener('click', () => {
    line.remove();
    changed();
  });
  fit();
  return line;
};

const readLine = (line) => {
  const of = (name) => line.querySelector(`[name=${name}]`).value;
  const name = of('field');
  return { field: name === 'property' ? PROPERTY + of('property') : name, is: of('is'), value: of('value') };
};

const bodyOf = (form) => {
  const { name, type, site } = form.elements;
  return {
    name: name.value,
    type: type.value.trim(),
    ...(site.value !== '' && { site: site.value }),
    conditions: [...form.querySelectorAll('.condition')].map(readLine),
  };
};

/** @param {object | undefined} goal the one to change; a new one without */
export const openGoalForm = (goal, view, how) => {
  const list = element(
    'datalist',
    { id: 'goal-types' },
    ...view.types.map((type) => element('option', { value: type })),
  );
  const hint = element('p', { class: 'hint' });
  const conditions = element('div', { class: 'conditions' });
  const changed = () => {
    hint.textContent = conditions.childElementCount > 0 ? text.withConditions : text.noConditions;
  };
  const addLine = (condition) => {
    conditions.append(conditionLine(condition, changed));
    changed();
  };
  const add = element('button', { type: 'button' }, text.addCondition);
  add.addEventListener('click', () => {
    addLine({});
    conditions.lastElementChild.querySelector('select').focus();
  });
  const problem = element('p', { class: 'notice bad', role: 'alert', hidden: true });
  const sites = [['', words.allSites], ...view.sites.map((site) => [site, site, true])];
  const title = goal ? text.change : text.add;
  const cancel = element('button', { type: 'button' }, text.cancel);
  const form = element(
    'form',
    {},
    element('h2', { id: 'goal-title' }, title),
    problem,
    field(
      text.name,
      element('input', { name: 'name', required: true, maxlength: '80', value: goal?.name ?? '' }),
    ),
    field(
      text.type,
      element('input', {
        name: 'type',
        required: true,
        maxlength: '64',
        pattern: '[\\w.:\\-]{1,64}',
        list: 'goal-types',
        placeholder: text.typeHint,
        value: goal?.type ?? '',
      }),
    ),
    field(text.site, select('site', sites, goal ? (goal.site ?? '') : (view.frame.site ?? ''))),
    element('fieldset', {}, element('legend', {}, text.conditions), conditions, add, hint),
    element('p', { class: 'actions' }, element('button', { class: 'primary' }, text.save), cancel),
    list,
  );
  const dialog = element('dialog', { class: 'sheet', 'aria-labelledby': 'goal-title' }, form);
  for (const condition of goal?.conditions ?? []) addLine(condition);
  changed();
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const path = goal ? `goals/${encodeURIComponent(goal.id)}` : 'goals';
      const made = await how.write(path, goal ? 'PUT' : 'POST', bodyOf(form));
      dialog.close();
      how.follow({ goal: made.id });
    } catch (error) {
      problem.textContent = say(words.problems.refused, { message: error.message });
      problem.hidden = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
};
