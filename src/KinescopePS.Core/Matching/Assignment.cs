namespace KinescopePS.Matching;

/// <summary>A candidate of a row, with the worth of the two together.</summary>
internal readonly record struct Pairing(int Column, double Worth);

/// <summary>
/// Assigns rows to columns one to one with the greatest worth in all; a row may be left over. Shortest augmenting paths over sparse
/// rows, after Jonker and Volgenant (1987): a row costs what the rows that compete with it have of candidates.
/// </summary>
internal static class Assignment
{
    /// <summary>A row that would move more others than this is left over: a bound for lists in which all is alike.</summary>
    private const int MostMoves = 4000;

    /// <summary>The column of each row, or -1.</summary>
    /// <param name="rows">The candidates of each row; those of no worth are passed over.</param>
    /// <param name="columns">The number of columns.</param>
    public static int[] Solve(IReadOnlyList<IReadOnlyList<Pairing>> rows, int columns)
    {
        var columnOf = new int[rows.Count];
        var rowOf = new int[columns];
        var rowPrice = new double[rows.Count];
        var columnPrice = new double[columns];
        Array.Fill(columnOf, -1);
        Array.Fill(rowOf, -1);
        var distance = new double[columns];
        var from = new int[columns];
        var seen = new int[columns];
        var done = new int[columns];
        var queue = new PriorityQueue<int, (double, int)>();
        var settled = new List<int>();
        for (var start = 0; start < rows.Count; start++)
        {
            queue.Clear();
            settled.Clear();
            // To be left over costs nothing, and ends a path.
            rowPrice[start] = rows[start].Aggregate(0.0, (least, pair) => Math.Min(least, -pair.Worth - columnPrice[pair.Column]));
            var (row, reached, end, last, left) = (start, 0.0, double.PositiveInfinity, -1, -1);
            while (true)
            {
                if (reached - rowPrice[row] < end)
                    (end, last, left) = (reached - rowPrice[row], -1, row);
                foreach (var pair in rows[row])
                {
                    var length = reached - pair.Worth - rowPrice[row] - columnPrice[pair.Column];
                    if (pair.Worth <= 0 || done[pair.Column] == start + 1
                        || seen[pair.Column] == start + 1 && length >= distance[pair.Column])
                        continue;
                    (seen[pair.Column], distance[pair.Column], from[pair.Column]) = (start + 1, length, row);
                    queue.Enqueue(pair.Column, (length, pair.Column));
                }

                while (queue.TryPeek(out var stale, out var key) && (done[stale] == start + 1 || key.Item1 > distance[stale]))
                    queue.Dequeue();
                if (!queue.TryPeek(out var column, out _) || distance[column] >= end || settled.Count == MostMoves)
                    break;
                queue.Dequeue();
                reached = distance[column];
                if (rowOf[column] < 0)
                {
                    (end, last, left) = (reached, column, -1);
                    break;
                }

                done[column] = start + 1;
                settled.Add(column);
                row = rowOf[column];
            }

            rowPrice[start] += end;
            foreach (var column in settled.Where(column => distance[column] < end))
            {
                rowPrice[rowOf[column]] += end - distance[column];
                columnPrice[column] -= end - distance[column];
            }

            Augment(start, last, left, columnOf, rowOf, from);
        }

        return columnOf;
    }

    /// <summary>Moves the rows along the path that ends at a free column, or at a row that is left over.</summary>
    private static void Augment(int start, int column, int left, int[] columnOf, int[] rowOf, int[] from)
    {
        if (left == start)
            return;
        if (left >= 0)
            (column, columnOf[left]) = (columnOf[left], -1);
        while (true)
        {
            var row = from[column];
            var next = columnOf[row];
            (columnOf[row], rowOf[column]) = (column, row);
            if (row == start)
                return;
            column = next;
        }
    }
}
