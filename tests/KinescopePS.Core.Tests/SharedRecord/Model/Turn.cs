namespace KinescopePS.Tests.SharedRecord.Model;

internal sealed partial class ClaimProtocol
{
    /// <summary>The steps that one machine may take next.</summary>
    private readonly ref struct Turn(ClaimProtocol protocol, World world, Lesson lesson, int m, List<(Act, Lesson)> steps)
    {
        private readonly Worker _worker = lesson.Workers[m];
        private readonly bool _reaches = world.Reaches(m);

        private bool IsCertain => world.Machines[m].IsCertain;

        private bool HasSpill => _worker.Spilt != Stage.Nothing;

        public void Take()
        {
            if (HasSpill && _worker.Step != Step.Idle && _reaches)
                Deliver();
            switch (_worker.Step)
            {
                case Step.Idle when _reaches && (IsCertain && world.Machines[m].IsLeased || protocol.Is(Weakness.ClaimsInDoubt)):
                    Claim();
                    break;
                case Step.Deciding when _reaches && !HasSpill:
                    Decide();
                    break;
                case Step.Intending when _reaches:
                    Append(Stage.Intended, Step.Intended);
                    break;
                case Step.Intended when IsCertain || protocol.Is(Weakness.CreatesInDoubt):
                    Add("calls for a video", Moved(Step.Creating) with { Creations = lesson.Creations | _worker.Video });
                    break;
                case Step.Creating:
                    Create();
                    break;
                case Step.Created:
                    Append(Stage.Initialised, Step.Sending);
                    break;
                case Step.Sending:
                    Send();
                    break;
                case Step.Ended:
                    if (IsCertain || protocol.Is(Weakness.EndsInDoubt))
                        Add("sends the last byte", Moved(Step.LastSent) with { LastBytes = lesson.LastBytes | _worker.Video });
                    break;
                case Step.LastSent:
                    // The offset is asked for: what is under way may arrive all the same.
                    Add("gives a request up", Moved(Step.Ended));
                    break;
                case Step.Complete:
                    Finish();
                    break;
                case Step.Confident:
                case Step.Recorded:
                    Add("hands on", Moved(Step.HandedOn) with { HandedOn = lesson.HandedOn | _worker.Video });
                    break;
                case Step.HandedOn when _reaches && !HasSpill:
                    Release();
                    break;
            }

            if (_worker.Step is Step.Sending or Step.Ended or Step.LastSent)
                Look();
            if (_worker is { Step: Step.Recorded, Token: Token.Current } && _reaches && !HasSpill)
                CleanUp();
            if (_worker.Step is Step.Deciding or Step.Intended or Step.Sending or Step.Ended && _reaches && !HasSpill && lesson.Faults > 0)
                Release(isFault: true);
        }

        private void Claim()
        {
            var owner = lesson.Owner;
            if (owner != Lesson.Nobody && owner != m && world.Machines[owner].IsLeased && !protocol.Is(Weakness.TakesFromTheLiving))
                return;
            var granted = lesson;
            granted.Grant(m);
            if (lesson.Faults > 0)
            {
                var unanswered = granted with { Faults = (byte)(lesson.Faults - 1) };
                unanswered.Workers[m].Token = Token.None;
                Add("claims without an answer", unanswered, isFault: true);
            }

            if (HasSpill)
                granted.Workers[m].Step = Step.Deciding;
            else
                Read(ref granted);
            Add("claims", granted);
        }

        /// <summary>The claim's answer brings the row.</summary>
        private void Read(ref Lesson next)
        {
            ref var worker = ref next.Workers[m];
            worker.HasBase = true;
            next.Replica.Bases -= m;
            (worker.Step, worker.Video) = next.Row.Stage switch
            {
                Stage.Uploaded => (Step.Recorded, next.Row.Current),
                Stage.Initialised or Stage.Ending => (Step.Sending, next.Row.Current),
                _ => (Step.Deciding, (byte)0),
            };
        }

        /// <summary>Nothing is known, or an attempt that got no answer: its video is looked for.</summary>
        private void Decide()
        {
            if (!protocol.Accepts(lesson, m))
            {
                Add("is refused", Refused());
                return;
            }

            var seen = lesson.Listed - lesson.Row.GivenUp;
            for (var video = 1; video <= lesson.Attempts; video++)
            {
                if (!seen.Has(video) || !lesson.Complete.Has(video))
                    continue;
                // One that may be complete is looked at again.
                if (lesson.Shown.Has(video))
                    Add("finds complete", Moved(Step.Complete, video));
                return;
            }

            var attempt = lesson.Row.Current;
            if (lesson.Row.Stage == Stage.Intended && seen.Has(attempt))
            {
                if (protocol.Is(Weakness.DeletesUnrecorded))
                    Add("deletes", lesson with { Deletions = lesson.Deletions | attempt });
                else
                    Rewrite("abandons", attempt, lesson.Row.Abandon(attempt), reads: true);
                return;
            }

            Intend();
        }

        /// <summary>The attempt is made up with the intent; a refused one was never anywhere.</summary>
        private void Intend()
        {
            var attempt = lesson.Attempts + 1;
            if (attempt > protocol.Attempts)
                return;
            var made = Moved(Step.Intending, attempt) with { Attempts = (byte)attempt };
            new Turn(protocol, world, made, m, steps).Append(Stage.Intended, Step.Intended);
        }

        private void Create()
        {
            if (!lesson.Creations.Has(_worker.Video))
                Add("has the answer: video", Moved(Step.Created));
            // A call that makes a video is waited for, whatever becomes of the claim.
            if (lesson.Faults > 0)
            {
                var left = _worker.Token == Token.Current ? Moved(Step.Deciding, 0) : Stopped();
                Add("gives its call up", left with { Faults = (byte)(lesson.Faults - 1) }, isFault: true);
            }
        }

        private void Send()
        {
            var video = _worker.Video;
            if (lesson.Unfinished.Has(video) && (!HasSpill || protocol.Is(Weakness.EndsUnrecorded)))
                Append(Stage.Ending, Step.Ended);
            if (!_reaches || HasSpill || lesson.Row.Stage == Stage.Ending || !protocol.Accepts(lesson, m))
                return;
            // An upload that is closed, of a video whose status follows late; or a gateway's word, which cannot be told from it.
            if ((lesson.Complete - lesson.Shown).Has(video))
                Rewrite("finds it closed, and abandons", video, lesson.Row.Abandon(video), reads: true);
            if (lesson.Unfinished.Has(video) && lesson.Faults > 0)
            {
                var misled = lesson with { Faults = (byte)(lesson.Faults - 1), WasMisled = true };
                protocol.Write(ref misled, m, lesson.Row.Abandon(video));
                Read(ref misled);
                Add("is misled, and abandons", misled, video, isFault: true);
            }
        }

        /// <summary>The offset, or the video itself where it has none any more.</summary>
        private void Look()
        {
            if (lesson.Complete.Has(_worker.Video))
                Add("sees complete", Moved(Step.Complete));
            if (lesson.Deleted.Has(_worker.Video) && _reaches && !HasSpill)
                Rewrite("misses, and abandons", _worker.Video, lesson.Row.Abandon(_worker.Video), reads: true);
        }

        private void Finish()
        {
            if (_worker.Spilt != Stage.Uploaded)
                Append(Stage.Uploaded, Step.Recorded);
            // It may be paused between the decision and the deed.
            if (_worker.Spilt == Stage.Uploaded && IsCertain || protocol.Is(Weakness.HandsOnUnrecorded))
                Add("may hand on", Moved(Step.Confident));
        }

        private void CleanUp()
        {
            for (var video = 1; video <= lesson.Attempts; video++)
            {
                if (lesson.Row.Lost.Has(video))
                {
                    if (lesson.Listed.Has(video))
                        Rewrite("abandons", video, lesson.Row.Abandon(video));
                    else if (HasHadItsTime(video) || protocol.Is(Weakness.SettlesAtOnce))
                        Rewrite("settles", video, lesson.Row with { Lost = lesson.Row.Lost - video });
                }

                if (!lesson.Row.Abandoned.Has(video))
                    continue;
                if (lesson.Exists(video) && !lesson.Shown.Has(video) && !lesson.Deletions.Has(video))
                    Add("deletes", lesson with { Deletions = lesson.Deletions | video }, video);
                if (lesson.Deleted.Has(video))
                    Rewrite("sees deleted", video, lesson.Row with { Abandoned = lesson.Row.Abandoned - video });
            }
        }

        /// <summary>After an hour a list shows what was created, no call is under way, and whoever is certain has made its call.</summary>
        private bool HasHadItsTime(int attempt)
        {
            for (var i = 0; i < 2; i++)
            {
                if (lesson.Workers[i].Step == Step.Intended && lesson.Workers[i].Video == attempt && world.Machines[i].IsCertain)
                    return false;
            }

            return !lesson.Exists(attempt) && !lesson.Creations.Has(attempt);
        }

        private void Release(bool isFault = false)
        {
            var next = Stopped();
            if (lesson.Owner == m && _worker.Token == Token.Current)
                next.Grant(Lesson.Nobody);
            if (isFault)
                next.Faults--;
            Add(isFault ? "is stopped, and releases" : "releases", next, isFault: isFault);
        }

        /// <summary>Records a step of an upload: in the spill where the database does not answer, and behind what is there already.</summary>
        private void Append(Stage stage, Step answered)
        {
            if (_reaches && !HasSpill)
            {
                if (!protocol.Accepts(lesson, m))
                {
                    Add("is refused", Refused());
                    return;
                }

                var written = lesson;
                protocol.Write(ref written, m, protocol.Reached(lesson.Row, stage, _worker.Video));
                if (lesson.Faults > 0)
                {
                    Add(NameOf(stage, " is recorded without an answer"), Unanswered(written, stage, answered, 1), isFault: true);
                    if (lesson.Late == Stage.Nothing)
                    {
                        var late = lesson with { Late = stage, LateVideo = _worker.Video, LateWriter = (byte)m };
                        Add(NameOf(stage, " is late"), Unanswered(late, stage, answered, 1), isFault: true);
                    }
                }

                written.Workers[m].Step = answered;
                Add(NameOf(stage, ""), written);
            }
            else if (stage != Stage.Ending || protocol.Is(Weakness.EndsUnrecorded))
            {
                Add(NameOf(stage, " is spilt"), Unanswered(lesson, stage, answered, 0));
            }
        }

        private Lesson Unanswered(Lesson next, Stage stage, Step answered, int faults)
        {
            ref var worker = ref next.Workers[m];
            next.Faults -= (byte)faults;
            if (stage == Stage.Intended || stage == Stage.Ending && !protocol.Is(Weakness.EndsUnrecorded))
                return next;
            if (!protocol.Is(Weakness.LosesSpill))
                (worker.Spilt, worker.SpiltVideo) = (stage, _worker.Video);
            worker.Step = answered == Step.Recorded ? Step.Complete : answered;
            return next;
        }

        private Lesson Refused()
        {
            var next = lesson;
            if (protocol.Is(Weakness.DeletesItsOwn) && (_worker.Step == Step.Created || _worker.Spilt == Stage.Initialised))
                next.Deletions |= _worker.Video;
            if (protocol.Is(Weakness.DeletesItsOwn | Weakness.LosesSpill))
                next.Workers[m] = _worker.Delivered().Stopped();
            else
                next.Lose(m);
            return next;
        }

        private void Deliver()
        {
            var video = _worker.SpiltVideo;
            if (lesson.Owner != m || _worker.Token != Token.Current)
            {
                Add("may not deliver", Refused());
                return;
            }

            var row = lesson.Row;
            if (_worker.HasBase || protocol.Is(Weakness.DeliversBlindly))
                row = row.Reach(_worker.Spilt, video);
            else if (!row.ById.Has(video))
                row = (_worker.Spilt, row.Stage) switch
                {
                    (Stage.Uploaded, Stage.Uploaded) => row.Supersede(video),
                    (Stage.Uploaded, _) => row.Reach(Stage.Uploaded, video),
                    _ => row.Abandon(video, protocol.Is(Weakness.AbandonsTheAttempt)),
                };

            var next = lesson;
            protocol.Write(ref next, m, row);
            if (lesson.Faults > 0)
                Add("delivers without an answer", next with { Faults = (byte)(lesson.Faults - 1) }, video, isFault: true);
            ref var worker = ref next.Workers[m];
            worker = worker.Delivered();
            if (_worker.Step == Step.Deciding)
                Read(ref next);
            else if (_worker is { Step: Step.Complete, Spilt: Stage.Uploaded })
                worker.Step = Step.Recorded;
            Add("delivers", next, video);
        }

        /// <summary>An append that is repeated until it is answered, and that no spill takes.</summary>
        private void Rewrite(string what, int video, Row row, bool reads = false)
        {
            if (!protocol.Accepts(lesson, m))
            {
                Add("is refused", Refused());
                return;
            }

            var next = lesson;
            protocol.Write(ref next, m, row);
            if (reads)
                Read(ref next);
            Add(what, next, video);
        }

        private Lesson Moved(Step step, int? video = null)
        {
            var next = lesson;
            next.Workers[m].Step = step;
            next.Workers[m].Video = (byte)(video ?? _worker.Video);
            return next;
        }

        private Lesson Stopped()
        {
            var next = lesson;
            next.Workers[m] = _worker.Stopped();
            if (!HasSpill)
                next.Replica.Bases -= m;
            return next;
        }

        private void Add(string what, Lesson next, int? video = null, bool isFault = false) =>
            steps.Add((new Act(what, m, video ?? Math.Max(next.Workers[m].Video, _worker.Video), isFault), next));

        private static string NameOf(Stage stage, string outcome) => (stage, outcome) switch
        {
            (_, "") => stage switch
            {
                Stage.Intended => "records the intent",
                Stage.Initialised => "records Initialised",
                Stage.Ending => "records Ending",
                _ => "records Uploaded",
            },
            _ => Names[(stage, outcome)],
        };
    }

    private static readonly Dictionary<(Stage, string), string> Names = (
        from stage in Enum.GetValues<Stage>()
        from outcome in new[] { " is recorded without an answer", " is late", " is spilt" }
        select (stage, outcome)).ToDictionary(name => name, name => name.stage + name.outcome);
}
