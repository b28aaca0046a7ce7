namespace Linkage.Worker.Synth;

/// <summary>Deals records out to visits on strictly rising days between two days, dense towards the end.</summary>
internal sealed class VisitCalendar
{
    private int _records, _visits, _visit, _dealt, _first, _last, _previous;
    private bool _isUpdate, _oneEach;

    /// <summary>Day of the visit.</summary>
    public int Day { get; private set; }

    /// <summary>Records of the visit; at least one.</summary>
    public int Records { get; private set; }

    /// <summary>Starts over. With one record a visit, there must be as many days as records.</summary>
    public void Plan(int records, in Extract extract, int recordsPerVisit, ref SeededRandom random)
    {
        _records = records;
        (_first, _last, _isUpdate) = (extract.First, extract.Last, extract.IsUpdate);
        var days = _last - _first + 1;
        _visits = Math.Min(Math.Max(1, records / recordsPerVisit), days);
        _oneEach = recordsPerVisit == 1;
        if (!_oneEach && _visits > 2)
        {
            _visits -= random.Below(_visits / 3);
        }

        _visit = _dealt = 0;
        _previous = _first - 1;
    }

    /// <summary>Goes to the next visit; false when all records are dealt out.</summary>
    public bool Next(ref SeededRandom random)
    {
        while (_visit < _visits && _dealt < _records)
        {
            var visit = _visit++;
            var within = (random.Next() >> 11) * (1.0 / (1UL << 53));
            var until = _visit == _visits ? _records : _oneEach ? _visit : (int)((visit + within) / _visits * _records);

            // Strictly rising, with room left for those to come: distinct for any draw.
            Day = Math.Min(Math.Max(_previous + 1, _first + (int)((_last - _first) * Bend((visit + within) / _visits))), _last - (_visits - _visit));
            if (until > _dealt)
            {
                _previous = Day;
                Records = until - _dealt;
                _dealt = until;
                return true;
            }
        }

        return false;
    }

    /// <summary>When it was typed in: mostly the same day.</summary>
    public int EntryDay(ref SeededRandom random)
    {
        var draw = random.Below(256);
        return draw switch
        {
            < 190 => Day,
            < 245 => Math.Min(Day + (draw & 31), _last),
            _ => Linkage.Batches.ClinicalRecord.NoDate,
        };
    }

    /// <summary>From even shares of the visits to shares of the time. Square root and powers only: the same on every machine.</summary>
    private double Bend(double share)
    {
        if (!_isUpdate)
        {
            return Math.Sqrt(share);
        }

        var rest = 1 - share;
        return 1 - (rest * rest * rest * rest);
    }
}
