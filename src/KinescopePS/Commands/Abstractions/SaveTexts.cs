using KinescopePS.Saving;

namespace KinescopePS.Commands;

/// <summary>The plan of a run that saves videos, in words: of each, and of all.</summary>
internal static class SaveTexts
{
    /// <summary>The thing that is done with a video, as -WhatIf says it.</summary>
    public static string Of(PlannedSave planned)
    {
        var name = planned.Given.LessonId ?? $"'{planned.Title}'";
        var size = planned.Asset!.Length is { } length ? Figures.Bytes(length) : "of unknown size";
        var way = planned.GivesWay is null ? "" : $"; replaces {planned.Standing}";
        return planned.Step switch
        {
            SaveStep.Leave => $"Skip {name} ({size}): it is there by size and date",
            SaveStep.Compare when planned.MayBeReceived =>
                $"Read the file there, and replace it with {name} ({size}) where it is "
                + (planned.GivesWay is null ? "an older copy that was saved" : "another"),
            SaveStep.Compare => $"Read the file there, and leave it where it is not {name} ({size})",
            SaveStep.Copy => $"Save {name} ({size}) as a copy of {planned.Source!.Path}{way}",
            _ => $"Save {name} ({size}{(planned.Held > 0 ? $", {Figures.Bytes(planned.Rest)} left" : "")}){way}",
        };
    }

    /// <summary>The total of all, for -WhatIf.</summary>
    public static string Preview(IReadOnlyList<PlannedSave> planned)
    {
        List<PlannedSave> there = [.. planned.Where(one => one.Step is SaveStep.Leave or SaveStep.Compare && !one.MayBeReceived)];
        var size = there.Count > 0 ? $" ({Figures.Bytes(there.Sum(one => one.Asset!.Length ?? 0))})" : "";
        var refused = planned.Count(one => one.Step == SaveStep.Refuse);
        return $"To save: {Total(planned)}, already there: {there.Count}{size}{(refused > 0 ? $", cannot be saved: {refused}" : "")}.";
    }

    /// <summary>The total of what is saved.</summary>
    public static string Total(IReadOnlyList<PlannedSave> planned)
    {
        List<PlannedSave> wanted = [.. planned.Where(one => one.IsWanted)];
        var videos = wanted.Count == 1 ? "1 video" : $"{wanted.Count} videos";
        var unknown = wanted.Count(one => one.Step != SaveStep.Copy && one.Asset!.Length is null);
        return $"{videos} ({Figures.Bytes(wanted.Sum(one => one.Rest))}{(unknown > 0 ? $" and {unknown} of unknown size" : "")})"
            + Part(one => one.Step == SaveStep.Copy, "copied from another one")
            + Part(one => one.Step != SaveStep.Compare && one.GivesWay is not null, "in the place of the file there")
            + Part(one => one.MayBeReceived, "only where the file that may be replaced is another");

        string Part(Func<PlannedSave, bool> isOne, string how) =>
            wanted.Count(isOne) is > 0 and var count ? $", {count} of them {how}" : "";
    }
}
