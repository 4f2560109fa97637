"""From one record per seed and call to means, standard errors and percentiles."""
import math


def significant(value, digits=5):
    """Rounded for the report; None for what is missing or not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(f'{value:.{digits}g}')


def quantile(ordered, share):
    position = share * (len(ordered) - 1)
    low = math.floor(position)
    high = math.ceil(position)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def standard_error(values):
    if len(values) < 2:
        return None
    return math.sqrt(variance(values) / len(values))


def variance(values):
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def error_of_mean(values):
    """Of positive values, such as second moments: not less than if they were log-normal.

    Where rare seeds make most of the mean, a few seeds have probably seen none of them, and differ too little. A log-normal
    variable whose logarithm varies by s2 over n values has its mean known to sqrt(s2/n + s2^2/(2(n - 1))) of itself (Cox; Zhou and Gao 1997).
    """
    plain = standard_error(values)
    if plain is None or min(values) <= 0:
        return plain
    s2 = variance([math.log(value) for value in values])
    n = len(values)
    return max(plain, math.fsum(values) / n * math.sqrt(s2 / n + s2 * s2 / (2 * (n - 1))))


def summarize(second_moments, means=None):
    """Over seeds: {mean, meanError}, {secondMoment, error, median, p5, p95}; None if a seed has no value, nulls where not finite."""
    if any(value is None for value in second_moments):
        return None
    result = {}
    if means is not None:
        result['mean'] = significant(sum(means) / len(means))
        result['meanError'] = significant(standard_error(means), 3) if all(map(math.isfinite, means)) else None
    if all(map(math.isfinite, second_moments)):
        ordered = sorted(second_moments)
        result['secondMoment'] = significant(math.fsum(ordered) / len(ordered))
        result['error'] = significant(error_of_mean(ordered), 3)
        result['median'] = significant(quantile(ordered, 0.5))
        result['p5'] = significant(quantile(ordered, 0.05))
        result['p95'] = significant(quantile(ordered, 0.95))
    else:
        result.update(secondMoment=None, error=None, median=None, p5=None, p95=None)
    return result


def summarize_calls(runs):
    """Merges the records of all seeds. Calls that not every seed made are left out."""
    by_key = [{(record['name'], record['call']): record for record in run} for run in runs]
    calls = []
    for record in runs[0]:
        key = (record['name'], record['call'])
        if not all(key in run for run in by_key):
            continue
        seeds = [run[key] for run in by_key]
        if any(len(seed['outputs']) != len(record['outputs']) for seed in seeds):
            continue
        outputs = []
        for index, output in enumerate(record['outputs']):
            each = [seed['outputs'][index] for seed in seeds]
            outputs.append({
                'shape': output['shape'],
                'forward': summarize([one['secondMoment'] for one in each], [one['mean'] for one in each]),
                'backward': summarize([one['gradient'] for one in each]),
            })
        call = {'name': record['name'], 'call': record['call'], 'type': record['type'], 'kind': record['kind'], **outputs[0]}
        if len(outputs) > 1:
            call['otherOutputs'] = outputs[1:]
        calls.append(call)
    return calls


def unsettled(calls, precision):
    """How many second moments have a standard error of more than this share of them."""
    moments = [call[way] for call in calls for way in ('forward', 'backward')]
    return sum(1 for one in moments if one and one['secondMoment'] and (one['error'] or 0) > precision * one['secondMoment'])


def summarize_weights(draws):
    """Merges what all seeds drew: means over the seeds, with standard errors."""
    weights = []
    for each in zip(*draws):
        second_moments = [one['secondMoment'] for one in each]
        if all(map(math.isfinite, second_moments)):
            weights.append({
                'name': each[0]['name'],
                'shape': each[0]['shape'],
                'mean': significant(math.fsum(one['mean'] for one in each) / len(each)),
                'secondMoment': significant(math.fsum(second_moments) / len(each)),
                'error': significant(standard_error(second_moments), 3),
            })
    return weights
